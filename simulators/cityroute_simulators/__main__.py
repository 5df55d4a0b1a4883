"""`python -m cityroute_simulators`."""

import os
import signal
import sys

# Until the run takes over: nothing has been sent yet, so there is nothing to finish.
signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
# Small vectors only: threads of the linear algebra library would cost memory and bring nothing.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from .main import main  # noqa: E402

sys.exit(main())
