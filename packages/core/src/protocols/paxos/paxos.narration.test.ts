import { expect, test } from 'vitest'
import type { PaxosMessage } from './paxos.messages.ts'
import { narratePaxos } from './paxos.narration.ts'
import { paxos } from './paxos.protocol.ts'
import type { Paxos } from './paxos.ts'
import { Script } from './testing/script.ts'

test('what is happening is told in one sentence, from the first ballot to the decision', () => {
  const world = new Script<Paxos, PaxosMessage>({ node: paxos.node, nodes: 3 })
  const told: string[] = []
  const tell = () => told.push(narratePaxos(world.living))
  const propose = (node: number) =>
    world.propose(node, { kind: 'propose', value: Uint8Array.of(node) }, node)
  tell()
  propose(0)
  tell()
  world.deliver(({ message }) => message.kind === 'prepare' || message.kind === 'promise')
  tell()
  propose(1)
  tell()
  world.deliver(({ to, message }) => to === 0 && message.kind === 'prepare')
  world.node(1).phase = 'waiting'
  tell()
  world.node(1).phase = 'prepare'
  world.deliver(({ to }) => to === 1)
  world.deliver(({ to }) => to === 2)
  tell()
  world.deliver()
  tell()
  for (const id of [0, 1, 2]) world.crash(id)
  tell()
  expect(told).toMatchInlineSnapshot(`
    [
      "Nobody proposes anything.",
      "Node 0 asks for promises of ballot 3 and has 1 of 2.",
      "Node 0 asks all to accept its value in ballot 3: 1 of 2 have.",
      "Node 1 asks for promises of ballot 7 and has 1 of 2, and 1 more tries below it.",
      "Ballots have outrun each other: their proposers wait for random times.",
      "The decision is made: 1 of the 3 nodes that are up know it.",
      "Every node that is up has decided.",
      "Every node is down.",
    ]
  `)
})

test('a node is shown as what it is busy with', () => {
  const world = new Script<Paxos, PaxosMessage>({ node: paxos.node, nodes: 3 })
  const roles = () => [...world.living.values()].map((node) => paxos.roleOf(node))
  expect(roles()).toEqual(['acceptor', 'acceptor', 'acceptor'])
  world.propose(0, { kind: 'propose', value: Uint8Array.of(0) }, 0)
  expect(roles()).toEqual(['proposer', 'acceptor', 'acceptor'])
  world.deliver()
  expect(roles()).toEqual(['learner', 'learner', 'learner'])
})
