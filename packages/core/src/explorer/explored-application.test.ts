import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCommand } from '../machines/key-value-command.ts'
import { KeyValueStore } from '../machines/key-value-store.ts'
import { toHex } from '../model/hex.ts'
import type { StateMachine } from '../model/index.ts'
import { CommandList } from './command-list.ts'
import { applicationIdentity, ExploredApplication } from './explored-application.ts'

const put = (key: string, value: number): Uint8Array =>
  encodeCommand({ kind: 'put', key, value: toHex(Uint8Array.of(value)) })

/** What a chain does with its machine. */
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ key: fc.constantFrom('a', 'b'), value: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.constant('undo' as const) },
  { weight: 1, arbitrary: fc.nat(3) },
)

for (const [name, make] of [
  ['a key-value store', () => new KeyValueStore()],
  ['a list of commands', () => new CommandList()],
] as const satisfies [string, () => StateMachine][]) {
  test(`${name} taken apart after every deed goes on as if it had not been`, () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
        const whole = make()
        const apart = new ExploredApplication(make, true)
        let undoable = 0
        for (const each of deeds) {
          if (typeof each === 'number') {
            undoable = Math.min(undoable, each)
            for (const machine of [whole, apart]) machine.forgetUndo(each)
          } else if (each !== 'undo') {
            undoable += 1
            const results = [whole, apart].map((machine) =>
              machine.apply(put(each.key, each.value)),
            )
            expect(results[0]).toEqual(results[1])
          } else if (undoable > 0) {
            undoable -= 1
            for (const machine of [whole, apart]) machine.undo()
          }
          const state = apart.save()
          apart.load({ base: new Uint8Array(0), commands: [] })
          apart.load(state)
          expect(apart.snapshot()).toEqual(whole.snapshot())
        }
      }),
    )
  })
}

test('without undo the state is the snapshot alone, so that different pasts are one', () => {
  const application = new ExploredApplication(() => new KeyValueStore(), false)
  const first = application.save()
  application.apply(put('a', 1))
  const once = application.save()
  application.apply(put('a', 2))
  application.apply(put('a', 1))
  const again = application.save()
  expect(applicationIdentity.equal(once, again)).toBe(true)
  expect(applicationIdentity.hash(once)).toBe(applicationIdentity.hash(again))
  expect(applicationIdentity.equal(once, first)).toBe(false)
})

test('a machine that no step uses stays the very same state', () => {
  const application = new ExploredApplication(() => new KeyValueStore(), true)
  const state = application.save()
  application.load(state)
  expect(application.save()).toBe(state)
})

test('a restored snapshot takes the place of all commands before', () => {
  const application = new ExploredApplication(() => new KeyValueStore(), true)
  application.apply(put('a', 1))
  const snapshot = application.snapshot()
  application.apply(put('a', 2))
  application.restore(snapshot)
  expect(application.save()).toEqual({ base: snapshot, commands: [] })
})
