import { describe, expect, test } from 'vitest'
import { replayCommand } from './replay-command.ts'
import type { Scenario } from './scenario.ts'

describe('the command that gives a run again', () => {
  test('has a flag for everything that a scenario says', () => {
    const scenario: Scenario = {
      protocol: 'raft+two-votes-in-a-term',
      title: 'is for people',
      seed: 7,
      nodes: 5,
      network: 'wan',
      synchrony: 'partial:5s',
      faults: ['crash:leader@5s+3s', 'partition:0,1|2,3,4@10s+5s'],
      chaos: true,
      byzantine: ['3=silent', '2=delayed:500ms'],
      for: '60s',
      until: 100,
      workload: 'key-value',
      clients: 3,
      thinkTime: '20ms',
      parameters: { heartbeatMs: 50, snapshotEntries: 10 },
      passing: 'frozen',
      disk: '2ms',
      membershipChanges: true,
      expect: { verdict: 'held' },
    }
    expect(replayCommand(scenario)).toBe(
      [
        'quorate run raft+two-votes-in-a-term --nodes 5 --seed 7 --network wan',
        "--synchrony partial:5s --fault crash:leader@5s+3s --fault 'partition:0,1|2,3,4@10s+5s'",
        '--chaos --byzantine 3=silent --byzantine 2=delayed:500ms --for 60s --until 100',
        '--workload key-value --clients 3 --think-time 20ms --param heartbeatMs=50',
        '--param snapshotEntries=10 --passing frozen --disk 2ms --membership-changes',
      ].join(' '),
    )
    expect(replayCommand({ protocol: 'nakamoto', nodes: 2, hashPower: [1, 0.5] })).toBe(
      'quorate run nakamoto --nodes 2 --hash-power 1,0.5',
    )
  })

  test('leaves out what is not said, or said to be as it is anyway', () => {
    expect(replayCommand({ protocol: 'raft' })).toBe('quorate run raft')
    const plain = { protocol: 'raft', chaos: false, membershipChanges: false, faults: [] }
    expect(replayCommand(plain)).toBe('quorate run raft')
  })

  test('has the whole scenario in it where flags do not do', () => {
    const interventions = [{ event: 5, fault: 'crash:0@0s' }]
    expect(replayCommand({ protocol: 'raft', title: "it's", interventions })).toBe(
      `quorate run '{"protocol":"raft","title":"it'\\''s","interventions":[{"event":5,"fault":"crash:0@0s"}]}'`,
    )
    // The planted bug would bring membership changes otherwise.
    const planted = { protocol: 'raft+joint-consensus-skipped', membershipChanges: false }
    expect(replayCommand(planted)).toBe(`quorate run '${JSON.stringify(planted)}'`)
    const network = { regions: ['a'], roundTripMs: [[1]] }
    expect(replayCommand({ protocol: 'raft', network })).toContain('"roundTripMs":[[1]]')
  })
})
