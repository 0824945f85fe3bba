/** The simulator on Nakamoto consensus: blocks a second with 1,000 nodes on the measured network, and the memory of a node. */
import { type Scenario, whole } from '@quorate/core/experiments'
import { heapBytesOf, measure, show } from './simulated-run.ts'

const nodes = 1000
const nakamoto: Scenario = { protocol: 'nakamoto', nodes, network: 'bitcoin', until: 100, seed: 1 }

const chain = measure(nakamoto, false)
show('nakamoto, 1,000 nodes', chain)
const blocks = (chain.decisions / chain.processorSeconds).toFixed(0)
const eventsPerBlock = whole(Math.round(chain.events / chain.decisions))
process.stdout.write(`  ${blocks} blocks a processor second, ${eventsPerBlock} events a block\n`)
const kilobytes = (heapBytesOf(nakamoto) / nodes / 1024).toFixed(0)
process.stdout.write(`  ${kilobytes} kB of heap a node after ${chain.decisions} blocks\n`)
