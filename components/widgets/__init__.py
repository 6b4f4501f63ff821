"""What stands on the screen: the only components that import streamlit."""
