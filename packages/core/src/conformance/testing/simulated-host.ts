import { CommandList } from '../../explorer/command-list.ts'
import type { AnyNodeClass, Micros } from '../../model/index.ts'
import { noCosts } from '../../simulator/costs.ts'
import { usualDisk } from '../../simulator/disk.ts'
import type { NetworkProfile } from '../../simulator/network/profiles.ts'
import { World } from '../../simulator/world.ts'
import type { Audience, HostUnderTest, Setting, SystemUnderTest } from './host-under-test.ts'
import { probeProtocol } from './probe.protocol.ts'

/** Every message takes about so long, so that seeds differ, and stays in order. */
function networkOf(linkMicros: Micros): NetworkProfile {
  return {
    name: 'conformance',
    summary: 'every link alike',
    regions: ['here'],
    latency: [
      [{ kind: 'uniform', lowMicros: linkMicros, highMicros: Math.ceil(linkMicros * 1.1) }],
    ],
    uploadBitsPerSecond: [Number.POSITIVE_INFINITY],
    downloadBitsPerSecond: [Number.POSITIVE_INFINITY],
    placement: { kind: 'roundRobin' },
    topology: { kind: 'mesh' },
    ordered: true,
  }
}

function worldOf(nodeClass: AnyNodeClass, setting: Setting, audience: Audience): World {
  const { nodes, seed, passing, linkMicros, syncMicros } = setting
  const world = new World(
    {
      protocol: probeProtocol(nodeClass),
      node: nodeClass,
      nodes,
      clients: 1,
      seed,
      parameters: {},
      network: networkOf(linkMicros),
      synchrony: { kind: 'measured' },
      costs: noCosts,
      disk: { ...usualDisk, syncMicros, syncJitter: 0.1 },
      clockOffsetMicros: 1_000_000,
      clockDriftPpm: 200,
      hashesPerSecond: new Array<number>(nodes).fill(200),
      passing,
      machine: () => new CommandList(),
      byzantine: new Map(),
      checkers: [],
      recordTrace: false,
      verifyFold: true,
    },
    {
      start: () => {},
      replied: (_world, _client, { request, outcome }) => audience.replied(request, outcome),
      woken: () => {},
    },
  )
  world.onOutput = (node, output) => audience.output(node, output)
  return world
}

/** The simulator's world, as the conformance suite sees it. */
export const simulatedHost: HostUnderTest = {
  name: 'the simulator',
  cannot: {},
  start(nodeClass, setting, audience): SystemUnderTest {
    const world = worldOf(nodeClass, setting, audience)
    world.start()
    return {
      propose: (node, command, request) => world.request(0, node, command, request),
      pass: (micros) => {
        world.advance(world.nowMicros + micros)
        if (world.violation) throw new Error(world.violation.message)
      },
      crash: (node) => world.hostOf(node).crash(),
      restart: (node) => world.hostOf(node).restart(),
      pause: (node) => world.hostOf(node).pause(),
      resume: (node) => world.hostOf(node).resume(),
      node: (id) => world.hostOf(id).node,
      stop: () => {},
    }
  },
}
