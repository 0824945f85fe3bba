import { replayCommand, ScenarioError } from '@quorate/core/experiments'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fragmentOf, type Setting, scenarioOf, settingsOf } from './scenario-address.ts'

const scenarioAt = (fragment: string) => scenarioOf(settingsOf(fragment))

describe('a scenario in an address', () => {
  test('says what the flags of the command line say', () => {
    expect(scenarioAt('#protocol=raft&nodes=5&network=wan&chaos&seed=7')).toEqual({
      protocol: 'raft',
      nodes: 5,
      network: 'wan',
      chaos: true,
      seed: 7,
    })
  })

  test('may have every setting that the command line has a flag for', () => {
    const fragment =
      '#protocol=raft+vote-not-persisted&nodes=5&seed=7&network=wan&synchrony=partial:5s' +
      '&fault=crash:leader@5s+3s&fault=partition:0,1%7C2,3,4@10s+5s&chaos&byzantine=3=silent' +
      '&for=60s&until=100&workload=key-value&clients=4&param=heartbeatMs=50&param=maxSessions=9' +
      '&passing=encoded&disk=2ms&hash-power=3,1,1,1,1&membership-changes'
    expect(replayCommand(scenarioAt(fragment))).toBe(
      'quorate run raft+vote-not-persisted --nodes 5 --seed 7 --network wan --synchrony partial:5s' +
        " --fault crash:leader@5s+3s --fault 'partition:0,1|2,3,4@10s+5s' --chaos" +
        ' --byzantine 3=silent --for 60s --until 100 --workload key-value --clients 4' +
        ' --param heartbeatMs=50 --param maxSessions=9 --passing encoded --disk 2ms' +
        ' --hash-power 3,1,1,1,1 --membership-changes',
    )
    expect(fragmentOf(settingsOf(fragment))).toBe(fragment.slice(1))
  })

  test('survives the address, whatever its texts are', () => {
    const letter = fc.constantFrom('a', 'B', '7', ...'=&%#+,:@|/? -', '\n', 'ß', '→', '🙂', '%20')
    const name = fc.string({ unit: letter, minLength: 1, maxLength: 9 })
    const text = fc.string({ unit: letter, maxLength: 9 })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 5 }), (settings: Setting[]) => {
        expect(settingsOf(`#${fragmentOf(settings)}`)).toEqual(settings)
      }),
    )
  })

  test('is refused in one line that says what is wrong and what would be right', () => {
    const refused: [string, RegExp][] = [
      ['#nodes=5', /^the scenario has no 'protocol'/],
      ['#protocol=raft&nods=5', /^there is no setting 'nods': there are protocol, nodes, /],
      ['#protocol=raft&toString', /^there is no setting 'toString'/],
      ['#protocol=raft&nodes=five', /^nodes is 'five': it must be a whole number, 0 or more$/],
      ['#protocol=raft&nodes=0', /^nodes must be at least 1, not 0$/],
      ['#protocol=raft&seed=1&seed=2', /^seed is given twice: give it once$/],
      ['#protocol=raft&chaos=yes', /^chaos is 'yes': write chaos alone, or =true or =false$/],
      ['#protocol=raft&param=heartbeatMs', /^param 'heartbeatMs': write it like heartbeatMs=50$/],
      ['#protocol=raft&hash-power=3,,1', /^hash-power '3,,1': write it like 3,1,1$/],
      ['#protocol=raft&passing=thrown', /^passing must be one of reference, frozen, encoded/],
      ['#protocol=raft&fault=loss:5%@0s', /^the address has 'loss:5%@0s': .* %25$/],
    ]
    for (const [fragment, message] of refused) {
      const refusal = (() => {
        try {
          return scenarioAt(fragment)
        } catch (error) {
          return error
        }
      })()
      expect(refusal, fragment).toBeInstanceOf(ScenarioError)
      expect((refusal as ScenarioError).message).toMatch(message)
    }
  })

  test('that was never written is no scenario but a choice to make', () => {
    expect(settingsOf('')).toEqual([])
    expect(settingsOf('#')).toEqual([])
  })
})
