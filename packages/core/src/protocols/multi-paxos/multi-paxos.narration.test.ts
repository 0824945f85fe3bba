import { expect, test } from 'vitest'
import { narrateMultiPaxos } from './multi-paxos.narration.ts'
import { MultiPaxosScript } from './testing/multi-paxos-script.ts'

test('what is happening is told in one sentence', () => {
  const world = new MultiPaxosScript()
  const told: string[] = []
  const tell = () => told.push(narrateMultiPaxos(world.living))
  tell()
  world.timeout(0, 'leader')
  tell()
  world.deliver()
  tell()
  world.write(0, 'a', 1, 1)
  tell()
  world.deliver()
  world.read(0, 9, 1)
  tell()
  world.deliver(({ message }) => message.kind === 'accept')
  world.drop()
  world.write(0, 'b', 1, 2)
  world.deliver(({ to, message }) => to === 1 && message.kind === 'accept')
  world.drop()
  world.crash(0)
  world.timeout(1, 'leader')
  world.timeout(1, 'leader')
  world.timeout(2, 'leader')
  world.deliver(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
  tell()
  world.deliver()
  tell()
  for (const id of [1, 2]) world.crash(id)
  tell()
  expect(told).toMatchInlineSnapshot(`
    [
      "Nobody leads: the nodes wait for a leader timeout.",
      "Node 0 asks for promises of ballot 3 and has 1 of 2.",
      "Node 0 leads in ballot 3: 0 slots chosen, and nothing is waiting.",
      "Node 0 leads in ballot 3: 0 slots chosen, 1 more on the way to a majority.",
      "Node 0 leads in ballot 3 and makes sure of it, by a round of heartbeats, before it answers reads.",
      "Node 1 leads in ballot 7 and proposes 1 slot again that earlier ballots may have chosen.",
      "Node 1 leads in ballot 7: 2 slots chosen, and nothing is waiting.",
      "Every node is down.",
    ]
  `)
})
