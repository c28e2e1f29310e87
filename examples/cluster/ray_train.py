"""Started by `python ray_train.py` on a machine of a Ray cluster, in a folder that all share.

Ray starts the processes; the first one says where it is, and each runs train.py.
"""

import os
import runpy
import socket
from pathlib import Path

import ray

COUNT = 2


@ray.remote(num_cpus=1)  # with GPUs: num_gpus=1 as well
class Process:
    """A process that trains with the others."""

    def address(self):
        with socket.socket() as free:  # the system finds a port
            free.bind(("", 0))
            return f"{ray.util.get_node_ip_address()}:{free.getsockname()[1]}"

    def train(self, folder, address, number):
        os.chdir(folder)
        os.environ["KERAS_DISTRIBUTION_JOB_ADDRESSES"] = address
        os.environ["KERAS_DISTRIBUTION_NUM_PROCESSES"] = str(COUNT)
        os.environ["KERAS_DISTRIBUTION_PROCESS_ID"] = str(number)
        runpy.run_path("train.py")


ray.init()
processes = [Process.remote() for _ in range(COUNT)]
address = ray.get(processes[0].address.remote())
folder = str(Path(__file__).resolve().parent)
ray.get([process.train.remote(folder, address, i) for i, process in enumerate(processes)])
