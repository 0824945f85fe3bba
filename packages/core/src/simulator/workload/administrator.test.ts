import { describe, expect, test } from 'vitest'
import { type Desk, deskForms } from '../testing/desk.protocol.ts'
import { allDesks, deskOf, deskWorld } from '../testing/desk-world.ts'
import type { World } from '../world.ts'
import { Administrator } from './administrator.ts'
import { ClientGroups } from './client-groups.ts'
import { KeyValueWorkload, usualKeyValueSettings } from './key-value.ts'

const paceMicros = 20_000
const untilMicros = 5_000_000

function start(): { world: World; administrator: Administrator } {
  const administrator = new Administrator(deskForms, 0, paceMicros, untilMicros)
  return { administrator, world: deskWorld(administrator, 1, { nodes: 5 }) }
}

const asked = (world: World): Desk['asked'] =>
  world.hosts
    .flatMap(({ self }) => deskOf(world, self).asked)
    .sort((one, other) => one.atMicros - other.atMicros)

describe('an administrator', () => {
  test('wishes for members, and for leaders, now and then, until the time is over', () => {
    const { world, administrator } = start()
    world.advance(8_000_000)
    const wishes = asked(world)
    // The pace and the two milliseconds of an answer: 227 are due, some of them asked for twice.
    expect(Math.abs(administrator.granted - 227)).toBeLessThan(60)
    expect(administrator.granted / wishes.length).toBeGreaterThan(0.8)
    expect(wishes.at(-1)?.atMicros).toBeLessThan(untilMicros + 1_000_000)
    const kinds = wishes.map(({ command }) => command.kind)
    expect(new Set(kinds)).toEqual(new Set(['configure', 'transfer']))
    const sizes = new Set<number>()
    for (const { command } of wishes) {
      if (command.kind !== 'configure') continue
      const { voters, learners } = command
      const members = [...voters, ...learners]
      sizes.add(voters.length)
      expect(voters.length).toBeGreaterThan(0)
      expect(new Set(members).size).toBe(members.length)
      for (const list of [voters, learners]) {
        expect(list).toEqual([...list].sort((one, other) => one - other))
      }
    }
    expect(sizes).toEqual(new Set([1, 2, 3, 4, 5]))
  })

  test('follows a hint, and gives a wish up after a few attempts', () => {
    const { world, administrator } = start()
    for (const id of [1, 2, 3, 4]) deskOf(world, id).mode = 'refer'
    world.advance(1_000_000)
    expect(administrator.granted).toBeGreaterThan(10)
    expect(administrator.granted / deskOf(world, 0).asked.length).toBeGreaterThan(0.8)
    allDesks(world, 'drop')
    const before = asked(world).length
    world.advance(5_000_000)
    const wishes = asked(world)
      .slice(before)
      .map(({ command }) => JSON.stringify(command))
    const attempts = wishes
      .map((wish, i) => (wish === wishes[i - 1] ? 0 : wishes.slice(i).findIndex((w) => w !== wish)))
      .filter((length) => length > 0)
    expect(attempts.length).toBeGreaterThan(3)
    expect(attempts.slice(1).every((length) => length % 6 === 0)).toBe(true)
    expect(attempts).toContain(6)
  })
})

test('groups of clients are each told of their own', () => {
  const settings = { ...usualKeyValueSettings, clients: 2 }
  const keyValue = new KeyValueWorkload(settings, deskForms)
  const administrator = new Administrator(deskForms, 2, paceMicros, untilMicros)
  const groups = new ClientGroups([
    { workload: keyValue, firstClient: 0 },
    { workload: administrator, firstClient: 2 },
  ])
  const world = deskWorld(groups, 3)
  world.advance(500_000)
  expect(keyValue.completed).toBeGreaterThan(400)
  expect(administrator.granted).toBeGreaterThan(10)
  for (const { client, command } of asked(world)) {
    const ofAdministrator = command.kind === 'configure' || command.kind === 'transfer'
    expect(client % 3 === 2).toBe(ofAdministrator)
  }
})
