import { expect, test } from 'vitest'
import { narratePbft } from './pbft.narration.ts'
import { pbft } from './pbft.protocol.ts'
import { among, ofKind, ScriptedReplicas } from './testing/scripted-replicas.ts'

test('the story of the replicas is told in one sentence at a time', () => {
  const replicas = new ScriptedReplicas({ parameters: { checkpointInterval: 1, logWindow: 2 } })
  const story: string[] = []
  const tell = () => story.push(narratePbft(replicas.living))
  tell()
  replicas.askAll('a', 1, 1)
  replicas.deliverAll(ofKind('prePrepare'))
  tell()
  replicas.deliverAll(among([0, 1, 2]))
  tell()
  replicas.drop()
  for (const id of [0, 1, 2]) replicas.ask(id, 'b', 2, 1)
  replicas.deliverAll(among([0, 1, 2]))
  replicas.drop()
  replicas.speak(3)
  replicas.deliverAll(ofKind('status', 'stable'))
  tell()
  replicas.deliverAll()
  replicas.crash(0)
  tell()
  for (const id of [1, 2, 3]) replicas.ask(id, 'c', 3, 1)
  replicas.timeout(2, 'viewChange')
  replicas.timeout(3, 'viewChange')
  tell()
  replicas.timeout(1, 'viewChange')
  tell()
  for (const id of [1, 2, 3]) replicas.crash(id)
  tell()
  expect(story).toEqual([
    'In view 0 the primary is replica 0: nothing is executed, and nothing is under way.',
    'In view 0 the primary is replica 0: nothing is executed; sequence number 1 is pre-prepared at 4 replicas and prepared at 0.',
    'In view 0 the primary is replica 0: all up to sequence number 1 is executed, and nothing is under way.',
    'In view 0 the primary is replica 0, and replica 3 fetches the state of checkpoint 2, for it was left behind.',
    'In view 0 the primary is replica 0, which is down or has gone on to another view.',
    'Replicas 2 and 3 want view 1, which takes 3 view changes to begin.',
    'Replicas 1, 2 and 3 want view 1, and its primary, replica 1, is to begin it by a new view.',
    'Every replica is down.',
  ])
})

test('roles are told by the view, and by whether it has begun', () => {
  const replicas = new ScriptedReplicas()
  const roles = () => [...replicas.living.values()].map((node) => pbft.roleOf(node))
  expect(roles()).toEqual(['primary', 'backup', 'backup', 'backup'])
  for (const id of [1, 2, 3]) replicas.ask(id, 'a', 1, 1)
  for (const id of [2, 3]) replicas.timeout(id, 'viewChange')
  expect(roles()).toEqual(['primary', 'backup', 'view-changing', 'view-changing'])
  replicas.deliverAll()
  expect(roles()).toEqual(['backup', 'primary', 'backup', 'backup'])
})
