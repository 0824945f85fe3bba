import { createHash } from 'node:crypto'
import { fromHex } from '@quorate/core/model'
import { meetsTarget, targetText } from '@quorate/core/protocols'
import { expect, onTestFinished, test } from 'vitest'
import { Miner } from './miner.ts'
import { meets } from './target.ts'

const easy = 0x1f00ffff // one hash in 65,537

/** The id of the block with this header, as Bitcoin shows it. */
function idOf(header: Uint8Array): string {
  const once = createHash('sha256').update(header).digest()
  return createHash('sha256').update(once).digest().reverse().toString('hex')
}

/** A miner, and what it finishes, one promise after the other. */
function startMiner(hashesPerSecond?: number) {
  const waiting: ((header: Uint8Array | undefined) => void)[] = []
  const miner = new Miner({
    finished: (header) => waiting.shift()?.(header),
    failed: (error) => expect.unreachable(error.message),
    ...(hashesPerSecond !== undefined && { hashesPerSecond }),
  })
  onTestFinished(() => miner.close())
  const next = () => new Promise<Uint8Array | undefined>((resolve) => waiting.push(resolve))
  return { miner, next }
}

test('the header found differs from the template in its nonce alone, and shows the work', async () => {
  const { miner, next } = startMiner()
  const template = new Uint8Array(80).fill(7)
  const finished = next()
  miner.work(template, fromHex(targetText(easy)))
  const header = (await finished) as Uint8Array
  expect(header.subarray(0, 76)).toEqual(template.subarray(0, 76))
  expect(meetsTarget(idOf(header), easy)).toBe(true)
  expect(meetsTarget(idOf(template), easy)).toBe(false)
})

test('what is found is of the latest work, and nothing is found of work that was given up', async () => {
  const { miner, next } = startMiner()
  const target = fromHex(targetText(0x207fffff))
  const finished = next()
  for (let i = 0; i < 50; i += 1) miner.work(new Uint8Array(80).fill(i), target)
  expect((await finished)?.[0]).toBe(49)
  const afterRest = next()
  miner.work(new Uint8Array(80).fill(100), target)
  miner.rest()
  miner.work(new Uint8Array(80).fill(101), target)
  expect((await afterRest)?.[0]).toBe(101)
})

test('the same work ordered again goes on where it was, so that a slow miner finds at last', async () => {
  const { miner, next } = startMiner(200)
  const target = fromHex(targetText(0x2000ffff)) // one hash in 256
  const finished = next()
  const again = setInterval(() => miner.work(new Uint8Array(80), target), 20)
  onTestFinished(() => clearInterval(again))
  miner.work(new Uint8Array(80), target)
  expect(await finished).toBeDefined()
})

test('a hash meets a target as the rules of Bitcoin have it', () => {
  const target = fromHex(targetText(easy))
  const below = Buffer.from(target).reverse()
  expect(meets(below, target)).toBe(true)
  const above = Buffer.from(below)
  above[0] = 1
  expect(meets(above, target)).toBe(false)
  expect(meetsTarget(Buffer.from(above).reverse().toString('hex'), easy)).toBe(false)
})
