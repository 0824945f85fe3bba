import { expect, test } from 'vitest'
import { encodeCommand, type KeyValueCommand } from '../machines/key-value-command.ts'
import { utf8Bytes } from '../model/utf8.ts'
import { variantNamed } from '../protocols/catalogue.ts'
import { commandOf, RememberedForms, wishOf } from './request-text.ts'

const { protocol: raft } = variantNamed('raft')
const { protocol: paxos } = variantNamed('paxos')

const commands: readonly KeyValueCommand[] = [
  { kind: 'get', key: 'k1' },
  { kind: 'put', key: 'k1', value: 'v1' },
  { kind: 'delete', key: 'k1' },
  { kind: 'compareAndSwap', key: 'k1', expected: 'v1', value: 'v2' },
  { kind: 'compareAndSwap', key: 'k1', expected: undefined, value: 'v2' },
]

test('what was asked for is remembered as text, and the text asks for the same', () => {
  const { forms, textOf } = remembered(raft.requests)
  const asked = commands.flatMap((command) => {
    const body = encodeCommand(command)
    return command.kind === 'get'
      ? [forms.read?.(body, false), forms.read?.(body, true)]
      : [forms.write?.(body)]
  })
  asked.push(forms.configure?.([0, 1], []), forms.configure?.([0, 1], [2]))
  asked.push(forms.transfer?.(undefined), forms.transfer?.(2))
  const texts = asked.map(textOf)
  expect(texts).toEqual([
    'get k1',
    'get k1 by lease',
    'put k1 v1',
    'delete k1',
    'swap k1 v1 v2',
    'swap k1 absent v2',
    'configure 0,1',
    'configure 0,1|2',
    'transfer',
    'transfer 2',
  ])
  expect(texts.map((text) => commandOf(wishOf(text as string), raft.requests))).toEqual(asked)
})

test('a value to be decided may have spaces', () => {
  const { forms, textOf } = remembered(paxos.requests)
  const asked = forms.propose?.(utf8Bytes('blue sky'))
  expect(textOf(asked)).toBe('propose blue sky')
  expect(commandOf(wishOf('propose blue sky'), paxos.requests)).toEqual(asked)
})

test('a write may be in a later session of its client', () => {
  expect(wishOf('put k1 v1')).toMatchObject({ kind: 'write', session: 1 })
  expect(wishOf('put k1 v1 in session 3')).toMatchObject({ kind: 'write', session: 3 })
})

test('what nobody asked these forms for has no text', () => {
  expect(remembered(raft.requests).textOf({ kind: 'write' })).toBeUndefined()
})

test.each(['put k1', 'get', 'jump', 'put k1 v1 v2', 'get k1 by chance', 'configure a,b', ''])(
  "'%s' is nothing to ask for",
  (text) => {
    expect(() => wishOf(text)).toThrow('is nothing to ask for: write it like put k1 v1')
  },
)

function remembered(requests: typeof raft.requests) {
  const forms = new RememberedForms(requests)
  return { forms: forms.forms, textOf: (command: unknown) => forms.textOf(command) }
}
