"""`python -m cityroute_simulators`."""

import os
import sys

# Small vectors only: threads of the linear algebra library would cost memory and bring nothing.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from .main import main  # noqa: E402

sys.exit(main())
