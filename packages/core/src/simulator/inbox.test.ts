import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Arrival, Inbox } from './inbox.ts'

const arrival = (hash: number): Arrival => ({
  kind: 'message',
  from: 0,
  message: undefined,
  hash,
  sentIn: -1,
})

test('an inbox is first come, first served, however it grows and shrinks', () => {
  const steps = fc.array(fc.integer({ min: -2_000, max: 2_000 }), { maxLength: 12 })
  fc.assert(
    fc.property(steps, (steps) => {
      const inbox = new Inbox()
      let came = 0
      let served = 0
      for (const step of steps) {
        for (let i = 0; i < step; i++) inbox.push(arrival(came++))
        for (let i = 0; i > step; i--) {
          const next = inbox.shift()
          if (served === came) expect(next).toBeUndefined()
          else if ((next as { hash: number }).hash !== served++) throw new Error('out of order')
        }
        expect(inbox.size).toBe(came - served)
      }
    }),
    { numRuns: 20 },
  )
})
