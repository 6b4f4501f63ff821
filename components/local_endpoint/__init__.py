"""The embedded endpoint: real Whisper weights behind SageMaker's protocols, on this computer."""

import os

# Threads that wait for one another sleep instead of spinning. Where other programs want the same cores, as browser and
# portal do, spinning keeps off the very thread that is waited for: requests took ten times as long. OpenMP reads this
# when CTranslate2 is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
