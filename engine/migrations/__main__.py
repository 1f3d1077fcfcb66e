"""Write the next migration: `python -m engine.migrations "add a column"`."""

import sys
import tempfile

from engine import migrations, store

with tempfile.TemporaryDirectory() as folder:
    store.configure(f"sqlite:///{folder}/migrated.sqlite", folder)
    migrations.migrate()
    migrations.new_step(sys.argv[1])
    store.dispose()
