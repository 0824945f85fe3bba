import { describe, expect, test } from 'vitest'
import { catalogue } from '../protocols/catalogue.ts'
import { planOf } from './plan.ts'
import { type Scenario, ScenarioError } from './scenario.ts'
import { scenarioFrom } from './scenario-shape.ts'

/** What is said of data that is no scenario, which must be one line. */
function refusal(data: unknown): string {
  try {
    planOf(scenarioFrom(data))
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    expect(error.message).not.toMatch(/\p{Cc}/u)
    return error.message
  }
  throw new Error('it was not refused')
}

const raft = (settings: object) => ({ protocol: 'raft', nodes: 5, ...settings })
const nakamoto = (settings: object) => ({ protocol: 'nakamoto', nodes: 5, ...settings })
const network = (settings: object) =>
  raft({
    network: {
      regions: ['a', 'b'],
      roundTripMs: [
        [0, 1],
        [1, 0],
      ],
      ...settings,
    },
  })

describe('data that has not the shape of a scenario is refused in one line', () => {
  test.each<[unknown, string]>([
    [null, 'the scenario must be an object, not null'],
    ['raft', 'the scenario must be an object, not "raft"'],
    [[], 'the scenario must be an object, not []'],
    [{}, "the scenario has no 'protocol', which it must have"],
    [{ protocol: 5 }, 'protocol must be a string, not 5'],
    [
      raft({ seeds: 1 }),
      "the scenario has 'seeds', which is not known: it may have protocol, title",
    ],
    [JSON.parse('{"protocol":"raft","__proto__":1}'), "the scenario has '__proto__'"],
    [raft({ constructor: 1 }), "the scenario has 'constructor'"],
    [raft({ nodes: 0 }), 'nodes must be at least 1, not 0'],
    [raft({ nodes: -3 }), 'nodes must be at least 1, not -3'],
    [raft({ nodes: 20_000 }), 'nodes must be at most 10000, not 20000'],
    [raft({ nodes: 2.5 }), 'nodes must be an integer, not 2.5'],
    [raft({ nodes: '5' }), 'nodes must be an integer, not "5"'],
    [raft({ seed: -1 }), 'seed must be at least 0, not -1'],
    [raft({ seed: 2 ** 53 }), 'seed must be an integer, not 9007199254740992'],
    [raft({ seed: Number.NaN }), 'seed must be an integer, not NaN'],
    [raft({ until: 0 }), 'until must be at least 1, not 0'],
    [raft({ rate: 0 }), 'rate must be at least 0.001, not 0'],
    [raft({ clients: -1 }), 'clients must be at least 0, not -1'],
    [raft({ chaos: 'yes' }), 'chaos must be a boolean, not "yes"'],
    [raft({ faults: 'crash:1@5s' }), 'faults must be an array, not "crash:1@5s"'],
    [raft({ faults: ['heal@5s', 7] }), 'faults[1] must be a string, not 7'],
    [raft({ for: 60 }), 'for must be a string, not 60'],
    [raft({ network: 7 }), 'network must be a string or an object, not 7'],
    [raft({ network: ['lan'] }), 'network must be a string or an object, not ["lan"]'],
    [
      raft({ workload: 'email' }),
      'workload must be one of key-value, proposals, payments, none, not "email"',
    ],
    [
      raft({ passing: 'by mail' }),
      'passing must be one of reference, frozen, encoded, not "by mail"',
    ],
    [
      raft({ parameters: { heartbeatMs: '5' } }),
      'parameters.heartbeatMs must be a number, not "5"',
    ],
    [raft({ parameters: [] }), 'parameters must be an object, not []'],
    [nakamoto({ hashPower: [1, -2] }), 'hashPower[1] must be at least 0, not -2'],
    [
      raft({ interventions: [{ event: 1 }] }),
      "interventions[0] has no 'fault', which it must have",
    ],
    [
      raft({ interventions: [{ event: -1, fault: 'heal@0s' }] }),
      'interventions[0].event must be at least 0',
    ],
    [raft({ interventions: [{ event: 1, fault: 'heal@0s', x: 1 }] }), "interventions[0] has 'x'"],
    [raft({ expect: {} }), "expect has no 'verdict', which it must have"],
    [
      raft({ expect: { verdict: 'broken' } }),
      'expect.verdict must be one of held, violated, inconclusive',
    ],
    [
      raft({ title: `${'x'.repeat(50)}\n`, nodes: `${'y\n'.repeat(50)}` }),
      'nodes must be an integer, not "y\\ny',
    ],
  ])('%j: %s', (data, reason) => {
    expect(refusal(data)).toContain(reason)
  })
})

describe('a scenario that says what cannot be is refused in one line', () => {
  test.each<[object, string]>([
    [{ protocol: 'rafft' }, "unknown protocol 'rafft': the protocols are lamport-clocks"],
    [{ protocol: 'raft\nraft' }, "unknown protocol 'raft\\nraft'"],
    [{ protocol: 'raft+nothing' }, "unknown planted bug 'raft+nothing': there are raft+"],
    [{ protocol: 'raft+a+b' }, "unknown protocol 'raft+a+b'"],
    [
      raft({ network: 'moon' }),
      "unknown network 'moon': the networks are lan, zones, wan, bitcoin",
    ],
    [network({ regions: [] }), "'regions' of the network file is []: it must be a list"],
    [
      network({ roundTripMs: [[1, 2]] }),
      "'roundTripMs' of the network file has 1 elements: give 2",
    ],
    [
      network({
        roundTripMs: [
          [1, -2],
          [0, 0],
        ],
      }),
      "'roundTripMs[0][1]' of the network file is -2",
    ],
    [network({ latency: 5 }), "unknown key 'latency' in the network file"],
    [network({ jitter: 2 }), "'jitter' of the network file is 2: it must be a number from 0 to 1"],
    [
      raft({ synchrony: 'partly' }),
      "synchrony: 'partly' is not a synchrony: write sync, partial:5s or async",
    ],
    [raft({ synchrony: 'partial:5' }), "synchrony: '5' is not a time: write a number and a unit"],
    [
      raft({ faults: ['crash:5@1s'] }),
      "fault 'crash:5@1s': there is no node 5: the nodes are 0 to 4",
    ],
    [raft({ faults: ['crash:miner@1s'] }), "fault 'crash:miner@1s': 'miner' is no target"],
    [raft({ faults: ['partition:0,1|1,2@5s'] }), 'node 1 is in two groups'],
    [raft({ faults: ['crash:1@-5s'] }), "fault 'crash:1@-5s': '-5s' is not a time"],
    [
      raft({ byzantine: ['5=silent'] }),
      "byzantine '5=silent': there is no node 5: the nodes are 0 to 4",
    ],
    [
      raft({ byzantine: ['1=loud'] }),
      "byzantine '1=loud': Raft does not know 'loud': it knows silent, delayed:500ms, twins:500ms, corrupting:10%",
    ],
    [raft({ byzantine: ['loud'] }), "byzantine 'loud': write it like 3=silent"],
    [raft({ byzantine: ['1=corrupting:7'] }), "byzantine '1=corrupting:7': '7' is no share"],
    [raft({ byzantine: ['1=twins:1s:2s'] }), "Raft does not know 'twins:1s:2s'"],
    [raft({ byzantine: ['1=delayed:soon'] }), "byzantine '1=delayed:soon': 'soon' is not a time"],
    [raft({ byzantine: ['1=silent', '1=delayed:5ms'] }), 'node 1 has a strategy already'],
    [
      raft({ for: '60' }),
      "for: '60' is not a time: write a number and a unit, such as 250ms, 5s or 10min",
    ],
    [raft({ for: '-5s' }), "for: '-5s' is not a time"],
    [raft({ for: '0s' }), "for: '0s' is no time to run: write one such as 60s"],
    [raft({ for: '0.1us' }), "for: '0.1us' is no time to run"],
    [raft({ for: '99999999d' }), "for: '99999999d' is too long a time"],
    [raft({ thinkTime: 'long' }), "thinkTime: 'long' is not a time"],
    [
      raft({ disk: 'slow' }),
      "disk: 'slow' is no disk: write usual, none, or the time of a sync such as 2ms",
    ],
    [raft({ disk: '2' }), "disk: '2' is not a time"],
    [nakamoto({ rate: 5 }), "rate: 'none' has no rate: leave it out"],
    [raft({ rate: 5, thinkTime: '1ms' }), 'rate: who acts at a rate does not wait a thinkTime'],
    [raft({ workload: 'payments' }), "workload: Raft has no 'payments': it has key-value, none"],
    [
      nakamoto({ workload: 'key-value' }),
      "workload: Nakamoto consensus has no 'key-value': it has payments, none",
    ],
    [
      raft({ parameters: { hearbeatMs: 50 } }),
      "unknown parameter 'hearbeatMs': the parameters are ",
    ],
    [raft({ parameters: { constructor: 50 } }), "unknown parameter 'constructor'"],
    [raft({ parameters: { heartbeatMs: -1 } }), 'parameter heartbeatMs is -1: it must be'],
    [
      raft({ parameters: { heartbeatMs: 500, electionTimeoutMs: 400 } }),
      'heartbeatMs is 500: it must be less than electionTimeoutMs, 400 ms',
    ],
    [nakamoto({ parameters: { targetSpacingSeconds: 2.5 } }), 'targetSpacingSeconds is 2.5'],
    [
      { protocol: 'byzantine-generals', nodes: 4, parameters: { traitors: 2 } },
      'parameter traitors is 2: among 4 generals it must be at most 1 (n > 3m)',
    ],
    [
      { protocol: 'signed-generals', nodes: 4, parameters: { traitors: 3 } },
      'parameter traitors is 3: among 4 generals it must be at most 2 (n > m + 1)',
    ],
    [nakamoto({ hashPower: [1, 1, 1] }), 'hashPower: 3 shares for 5 nodes: give one for each node'],
    [nakamoto({ hashPower: [1] }), 'hashPower: 1 share for 5 nodes'],
    [nakamoto({ hashPower: [0, 0, 0, 0, 0] }), 'hashPower: the shares are all zero'],
    [nakamoto({ hashPower: [1e308, 1e308, 1e308, 0, 0] }), 'too large'],
    [raft({ hashPower: [1, 1, 1, 1, 1] }), 'hashPower: Raft does not mine: leave it out'],
    [
      nakamoto({ membershipChanges: true }),
      'membershipChanges: Nakamoto consensus has fixed members',
    ],
    [
      raft({
        interventions: [
          { event: 9, fault: 'heal@0s' },
          { event: 1, fault: 'crash' },
        ],
      }),
      "interventions[1]: fault 'crash': write it like",
    ],
    [
      raft({ expect: { verdict: 'violated', property: 'linearisability' } }),
      "expect.property: there is no 'linearisability': this run has ",
    ],
  ])('%j: %s', (data, reason) => {
    expect(refusal(data)).toContain(reason)
  })

  test('also where it comes from a program, which has not checked its shape', () => {
    expect(() => planOf({ protocol: 'raft', nodes: 0 })).toThrow('nodes must be at least 1')
    expect(() => planOf({ protocol: 'raft', passing: 'x' })).toThrow(ScenarioError)
  })
})

describe('a plan', () => {
  test('decides what a scenario leaves open, for each protocol', () => {
    for (const protocol of catalogue) {
      const plan = planOf({ protocol: protocol.name })
      expect(plan).toMatchObject({ seed: 1, nodes: protocol.usualNodes, chaos: false, faults: [] })
      expect(plan.endMicros).toBeGreaterThan(0)
      expect(plan.hashShares).toHaveLength(plan.nodes)
    }
    const log = planOf({ protocol: 'raft' })
    expect(log).toMatchObject({ workload: 'key-value', clients: 5, endMicros: 20_000_000 })
    expect(log.network.name).toBe('lan')
    const chain = planOf({ protocol: 'nakamoto' })
    expect(chain).toMatchObject({ workload: 'none', clients: 0, endMicros: 60_000_000_000 })
    expect(chain.network.name).toBe('bitcoin')
  })

  test('has everything that a scenario says', () => {
    const scenario: Scenario = {
      protocol: 'raft',
      seed: 9,
      nodes: 4,
      network: 'wan',
      synchrony: 'partial:5s',
      faults: ['crash:leader@5s+3s'],
      byzantine: ['3=silent', '2=delayed:500ms'],
      for: '1.5min',
      until: 7,
      clients: 3,
      thinkTime: '20ms',
      parameters: { heartbeatMs: 77 },
      passing: 'encoded',
      disk: '2ms',
      membershipChanges: true,
      interventions: [
        { event: 9, fault: 'heal@0s' },
        { event: 5, fault: 'isolate:1@0s+1s' },
      ],
      expect: { verdict: 'held', property: 'progress' },
    }
    const plan = planOf(scenario)
    expect(plan).toMatchObject({
      scenario,
      seed: 9,
      nodes: 4,
      synchrony: { kind: 'partial', gstMicros: 5_000_000 },
      faults: [
        {
          action: { kind: 'crash', target: { kind: 'role', role: 'leader' } },
          atMicros: 5_000_000,
          forMicros: 3_000_000,
        },
      ],
      endMicros: 90_000_000,
      until: 7,
      clients: 3,
      thinkMicros: 20_000,
      parameters: { heartbeatMs: 77 },
      passing: 'encoded',
      disk: { syncMicros: 2_000 },
      membershipChanges: true,
    })
    expect([...plan.byzantine]).toEqual([
      [3, { kind: 'silent' }],
      [2, { kind: 'delayed', delayMicros: 500_000 }],
    ])
    expect(plan.interventions.map(({ event }) => event)).toEqual([5, 9])
  })

  test('of a chain ends in time, however many blocks are asked for', () => {
    const { endMicros } = planOf({ protocol: 'nakamoto', until: Number.MAX_SAFE_INTEGER })
    expect(endMicros).toBeLessThan(Number.MAX_SAFE_INTEGER / 2)
    expect(planOf({ protocol: 'raft', until: Number.MAX_SAFE_INTEGER }).endMicros).toBe(3.6e9)
  })

  test('takes hash power as shares', () => {
    const { hashShares } = planOf({ protocol: 'nakamoto', nodes: 3, hashPower: [6, 3, 0] })
    expect(hashShares).toEqual([6 / 9, 3 / 9, 0])
  })

  test('of a planted bug has the settings that make it reachable, unless the scenario says otherwise', () => {
    for (const protocol of catalogue) {
      for (const mutant of protocol.mutants) {
        const variant = `${protocol.name}+${mutant.name}`
        expect(() => scenarioFrom({ protocol: variant, ...mutant.scenario })).not.toThrow()
        const plan = planOf({ protocol: variant })
        expect(plan.node).toBe(mutant.node)
        expect(plan.parameters).toMatchObject(mutant.parameters ?? {})
        expect(plan.scenario).toMatchObject(mutant.scenario ?? {})
      }
    }
    const joint = { protocol: 'raft+joint-consensus-skipped' }
    expect(planOf(joint).membershipChanges).toBe(true)
    expect(planOf({ ...joint, membershipChanges: false }).membershipChanges).toBe(false)
  })
})
