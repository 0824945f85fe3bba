import { describe, expect, it } from 'vitest'
import { checkHistory, HistoryError, HistoryRecorder } from './history.ts'

describe('the recorder of a history', () => {
  it('keeps what was answered and what is open, and drops what was refused', () => {
    const recorder = new HistoryRecorder<string, number>()
    const first = recorder.call(0, 10, 'a')
    const second = recorder.call(1, 11, 'b')
    recorder.call(2, 12, 'c')
    recorder.refuse(second)
    recorder.return(first, 20, 1)
    expect(recorder.history()).toEqual([
      { client: 0, call: 10, return: 20, command: 'a', result: 1 },
      { client: 2, call: 12, return: undefined, command: 'c', result: undefined },
    ])
  })

  it('refuses a second end of an operation', () => {
    const recorder = new HistoryRecorder<string, number>()
    const answered = recorder.call(0, 1, 'a')
    recorder.return(answered, 2, 1)
    expect(() => recorder.return(answered, 3, 1)).toThrow('operation 0 is not open')
    const refused = recorder.call(0, 4, 'b')
    recorder.refuse(refused)
    expect(() => recorder.return(refused, 5, 1)).toThrow(HistoryError)
    expect(() => recorder.refuse(9)).toThrow(HistoryError)
  })
})

describe('the check of a history', () => {
  const operation = { client: 0, call: 1, return: 2, command: 'a', result: 1 }

  it('accepts times that are equal', () => {
    expect(() => checkHistory([operation, { ...operation, call: 2 }])).not.toThrow()
  })

  it('refuses a return before the call and times that are no numbers', () => {
    expect(() => checkHistory([operation, { ...operation, call: 3 }])).toThrow(
      'operation 1 returns at 2, before its call at 3',
    )
    expect(() => checkHistory([{ ...operation, call: Number.NaN }])).toThrow(HistoryError)
    expect(() => checkHistory([{ ...operation, return: Number.NaN }])).toThrow(HistoryError)
  })
})
