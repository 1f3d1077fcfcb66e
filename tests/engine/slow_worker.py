"""A worker whose jobs take a while, to be killed in their midst: `slow_worker.py URL DATA_DIR NAME`."""

import sys
import threading
import time

from engine import jobs, model, store, workers


@jobs.job("write_down")
def write_down(word: str, seconds: float) -> None:
    time.sleep(seconds)
    with store.writing() as session:
        session.merge(model.Setting(key=word, value="done"))


def main(url: str, data_dir: str, name: str) -> None:
    store.configure(url, data_dir)
    workers.work(name, threading.Event(), lambda: print("beat", flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
