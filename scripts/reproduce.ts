/**
 * Published results, measured anew: theirs, ours, the tolerance, and a page with plots.
 *
 *   npm run reproduce                                  everything, for some minutes
 *   npm run reproduce -- --quick                       a first look, in less than a minute
 *   npm run reproduce -- --only selfish-mining --html figures.html --json
 */

import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { type Effort, type Reproduction, type Row, reproductions } from '@quorate/core/experiments'
import { reproductionPage } from '../packages/cli/src/reproduction/reproduction-page.ts'
import { reproductionText } from '../packages/cli/src/reproduction/reproduction-text.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    html: { type: 'string', default: 'reproduction.html' },
    json: { type: 'boolean', default: false },
  },
})
const effort: Effort = values.quick ? 'quick' : 'full'
const chosen = reproductions.filter(({ name }) => name.includes(values.only))
if (chosen.length === 0) {
  const names = reproductions.map(({ name }) => name).join(', ')
  process.stderr.write(`reproduce: there is no '${values.only}': there are ${names}\n`)
  process.exit(2)
}

type Answer =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'rows'; readonly rows: Row[] }

const measured = new Map<Reproduction, readonly Row[]>()
const waiting = [...chosen]
const doing = new Map<string, string>()
const started = performance.now()
await Promise.all(Array.from({ length: Math.min(chosen.length, availableParallelism()) }, work))
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
const results = chosen.map((reproduction) => ({
  reproduction,
  rows: measured.get(reproduction) as readonly Row[],
}))
const wallSeconds = (performance.now() - started) / 1000
writeFileSync(values.html, reproductionPage(results, effort))
process.stdout.write(values.json ? json() : reproductionText(results, wallSeconds))
process.stderr.write(`The plots are in ${values.html}\n`)
const unexplained = results.flatMap(({ rows }) =>
  rows.filter(({ agrees, finding }) => !agrees && finding === undefined),
)
process.exitCode = unexplained.length === 0 ? 0 : 1

async function work(): Promise<void> {
  const worker = new Worker(new URL('./reproduce-worker.ts', import.meta.url))
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    measured.set(next, await rowsOf(worker, next.name))
    doing.delete(next.name)
  }
  await worker.terminate()
}

function rowsOf(worker: Worker, name: string): Promise<readonly Row[]> {
  worker.removeAllListeners()
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.on('message', (answer: Answer) => {
      if (answer.kind === 'rows') resolve(answer.rows)
      else say(name, `${answer.done} of ${answer.total}`)
    })
    worker.postMessage({ name, effort })
  })
}

function say(name: string, how: string): void {
  doing.set(name, how)
  if (!process.stderr.isTTY) return
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const now = [...doing].map(([doingName, far]) => `${doingName} ${far}`).join(', ')
  process.stderr.write(
    `\r\x1b[K${measured.size} of ${chosen.length} results, ${seconds} s; ${now}`.slice(0, 200),
  )
}

function json(): string {
  const document = {
    schema: 'quorate.reproduce/1',
    effort,
    results: results.map(({ reproduction: { name, title, source }, rows }) => ({
      name,
      title,
      source,
      rows,
    })),
    wallSeconds,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
