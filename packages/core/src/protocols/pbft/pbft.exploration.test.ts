import { describe, expect, test } from 'vitest'
import { type ExploreOptions, explore } from '../../explorer/index.ts'
import { clientSigner, type NodeId, signedRequest } from '../../model/index.ts'
import { Random } from '../../model/random.ts'
import { IdealSignatures } from '../../simulator/signatures.ts'
import { pbftMutants } from './pbft.mutants.ts'
import { pbft } from './pbft.protocol.ts'
import type { Pbft } from './pbft.ts'

// Exact counts: whoever changes what PBFT remembers or sends will see how the number of its states
// changes, and writes down the new one once sure that the change was meant.

/** The explored world signs by this seed. */
const signatures = new IdealSignatures(new Random(0))

/** A client's first request, put to one replica. */
function asks(client: number, node: NodeId) {
  const request = { client, sequence: 1 }
  const body = Uint8Array.of(client)
  const signature = signatures.sign(clientSigner(client), signedRequest(request, body))
  return { node, request, command: { kind: 'request', body, signature } }
}

const two = { protocol: pbft, nodes: 2, commands: [asks(1, 0), asks(2, 1)] } as const
const three = { protocol: pbft, nodes: 3, commands: [asks(1, 0)] } as const

describe('PBFT in every order of events', () => {
  test.for([
    [
      'three replicas and one request',
      three,
      { uniqueStates: 92_761, generatedStates: 271_118, depth: 16 },
    ],
    [
      'two replicas, two requests and a view change',
      { ...two, bounds: { timeouts: { viewChange: 1 } } },
      { uniqueStates: 7_478, generatedStates: 16_751, depth: 18 },
    ],
    [
      'two replicas, two requests, a view change and a crash',
      { ...two, bounds: { timeouts: { viewChange: 1 }, crashes: 1 } },
      { uniqueStates: 495_838, generatedStates: 1_104_188, depth: 22 },
    ],
  ] satisfies [string, ExploreOptions<Pbft>, object][])('%s', ([, options, counts]) => {
    expect(explore(options)).toMatchObject({ verdict: 'held', complete: true, ...counts })
  })

  test('the order of insertion into its maps makes no difference', () => {
    const options = { ...two, bounds: { timeouts: { viewChange: 1 } } } as const
    expect(explore({ ...options, containers: 'reversed' })).toEqual(explore(options))
  })
})

test('a view change that forgets what was prepared is found by a shortest way', () => {
  const mutant = pbftMutants.find(({ name }) => name === 'prepared-forgotten')
  const options = { ...two, bounds: { timeouts: { viewChange: 1 } } } as const
  const found = explore({ ...options, ...(mutant && { nodeClass: mutant.node }) })
  expect(found.violation?.property).toBe('committed certificates agree')
  expect(found.violation?.path.length).toBe(12)
})
