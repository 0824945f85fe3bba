import { describe, expect, test } from 'vitest'
import { among, ScriptedCluster } from './testing/scripted-cluster.ts'

function cluster(): ScriptedCluster {
  const made = new ScriptedCluster({ nodes: 3 })
  made.elect(0)
  return made
}

function transfer(on: ScriptedCluster, to: number | undefined): void {
  on.propose(0, { kind: 'transfer', to }, { client: 5, sequence: 1 })
}

describe('leadership transfer (§3.10)', () => {
  test('the other takes over at once, though everybody is loyal', () => {
    const on = cluster()
    on.heartbeat(0)
    transfer(on, 2)
    on.deliverAll()
    expect(on.leader).toBe(2)
    expect(on.answer(5, 1)).toBe('')
  })

  test('the other first gets all of the log', () => {
    const on = cluster()
    on.write(0, 'a', 1, 1)
    on.drop()
    transfer(on, 2)
    expect(on.inFlight).toEqual([])
    on.heartbeat(0)
    expect(on.leader).toBe(2)
    on.heartbeat(2)
    expect(on.journal(0)).toBe('a')
  })

  test('without a name, the voter with the most complete log takes over', () => {
    const on = cluster()
    on.write(0, 'a', 1, 1)
    on.deliverAll(among([0, 2]))
    on.drop()
    transfer(on, undefined)
    on.deliverAll()
    expect(on.leader).toBe(2)
  })

  test('meanwhile the leader takes no requests', () => {
    const on = cluster()
    transfer(on, 2)
    on.write(0, 'a', 1, 1)
    expect(on.answer(1, 1)).toBe('transferring leadership')
  })

  test('after an election timeout the leader goes on, and refuses what was never asked', () => {
    const on = cluster()
    on.write(0, 'a', 1, 1)
    on.drop()
    transfer(on, 2)
    on.timeout(0, 'transfer')
    expect(on.answer(5, 1)).toBe('transfer aborted')
    on.write(0, 'b', 2, 1)
    on.heartbeat(0)
    expect(on.answer(2, 1)).toBe('2')
  })

  test('once the other was asked, an abort says nothing to the client: it may still happen', () => {
    const on = cluster()
    transfer(on, 2)
    const late = on.drop()
    on.timeout(0, 'transfer')
    expect(on.answer(5, 1)).toBeUndefined()
    for (const sent of late) on.hand(sent)
    on.deliverAll()
    expect(on.leader).toBe(2)
  })

  test('who does not vote cannot take over', () => {
    const on = new ScriptedCluster({ nodes: 3, parameters: { initialVoters: 2 } })
    on.elect(0, [0, 1])
    transfer(on, 2)
    expect(on.answer(5, 1)).toBe('not a voter')
  })
})
