/** The simulator on Raft: five nodes with everything on (clients, disks, checkers), with and without a recorded trace. */
import type { Scenario } from '@quorate/core/experiments'
import { measure, show } from './simulated-run.ts'

const raft: Scenario = { protocol: 'raft', nodes: 5, network: 'lan', for: '10s', seed: 1 }

const plain = measure(raft, false)
show('raft, 5 nodes', plain)
const traced = measure(raft, true)
show('raft, 5 nodes, trace recorded', traced)
if (traced.traceHash !== plain.traceHash) throw new Error('recording a trace changed the run')
