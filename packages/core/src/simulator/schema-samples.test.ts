import { describe, expect, test } from 'vitest'
import { ForgottenPart } from '../model/index.ts'
import { type Action, Script } from './testing/script.protocol.ts'
import { ScriptWorld, send } from './testing/script-world.ts'

/** Says more than its message declares. */
class SaysMore extends Script {
  override perform(action: Action): void {
    if (action.kind !== 'send') return
    const message = { kind: 'said', value: action.value, aside: 'psst' } as const
    this.host.send(action.to, message)
  }
}

/** Hides a number where the schema has only texts. */
class KeepsMore extends Script {
  override perform(): void {
    Object.assign(this.notes, { kept: 7 })
  }
}

describe('a run of a class that keeps more than its schema says', () => {
  test('ends with what the schema forgets: in a message', () => {
    const world = new ScriptWorld({ node: SaysMore }).tell(0, 1_000, send(1, 'hello'))
    expect(() => world.until(5_000)).toThrow(ForgottenPart)
    const again = new ScriptWorld({ node: SaysMore }).tell(0, 1_000, send(1, 'hello'))
    expect(() => again.until(5_000)).toThrow('the schema forgets message.aside')
  })

  test('ends with what the schema forgets: in a state, once the run is over', () => {
    const { world } = new ScriptWorld({ node: KeepsMore }).tell(0, 1_000, send(1, 'x')).until(5_000)
    expect(() => world.finish()).toThrow('the schema forgets state.notes[kept]')
  })

  test('is a run like any other where it forgets nothing', () => {
    const { world } = new ScriptWorld().tell(0, 1_000, send(1, 'hello')).until(5_000)
    world.finish()
    expect(world.violation).toBe(undefined)
  })
})
