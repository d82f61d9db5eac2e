"""Posts as unit vectors, for themes: all-MiniLM-L6-v2 by default, or a model of the operator's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer

from config.errors import ModelError
from models.reading import Vectors
from models.text import bare

_MAX_CHARACTERS = 1200  # MiniLM reads 256 tokens: more would only cost time


class Encoder:
    """Embeds texts with one sentence-transformers model from a checked folder."""

    def __init__(self, folder: Path, batch: int) -> None:
        """Load it from safetensors on this machine; raises ModelError where that fails."""
        try:
            self._model: Any = SentenceTransformer(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:
            raise ModelError(
                f"The encoder in {folder} cannot be loaded: {error}",
                mend="Use a whole sentence-transformers folder, or 'embedded'.",
            ) from error
        self._batch = batch

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of the texts without links and handles, shape (len(texts), dimensions)."""
        if not texts:
            return np.zeros((0, int(self._model.get_embedding_dimension())), dtype=np.float32)
        vectors = self._model.encode(
            [bare(text)[:_MAX_CHARACTERS] for text in texts],
            batch_size=self._batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)
