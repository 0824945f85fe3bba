import { expect, test } from 'vitest'
import type { Outcome } from '../../model/index.ts'
import { MatchingAnswers } from './matching-answers.ts'

const done = (...result: number[]): Outcome => ({ kind: 'done', result: Uint8Array.from(result) })

test('an answer is believed once so many different nodes have given it', () => {
  const answers = new MatchingAnswers(2)
  expect(answers.note(0, done(1))).toBe(false)
  expect(answers.note(0, done(1))).toBe(false)
  expect(answers.note(1, done(2))).toBe(false)
  expect(answers.note(2, { kind: 'refused', reason: 'no', leader: undefined })).toBe(false)
  expect(answers.note(3, done(1))).toBe(true)
})

test('where nobody lies the first is', () => {
  expect(new MatchingAnswers(1).note(0, done(1))).toBe(true)
})
