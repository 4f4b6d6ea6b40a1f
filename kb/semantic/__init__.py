"""The meaning of a text as a vector. `encoder.py` is the interface, `models.py` finds the weights; `static.py` and `transformer.py`
are the two tiers. Weights are data: safetensors and JSON, checked against a pinned SHA-256, never a pickle, never downloaded.
"""
