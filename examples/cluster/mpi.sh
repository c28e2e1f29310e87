#!/bin/sh
# Started by `sh mpi.sh`, or for several machines by `sh mpi.sh --hostfile hosts` on the first of
# them, in a folder that all share. Open MPI says how many processes there are and which one each
# is; where the first one is, it does not say since version 5.
KERAS_DISTRIBUTION_JOB_ADDRESSES=$(hostname):8476
export KERAS_DISTRIBUTION_JOB_ADDRESSES
exec mpirun -n 2 -x KERAS_DISTRIBUTION_JOB_ADDRESSES "$@" python train.py
