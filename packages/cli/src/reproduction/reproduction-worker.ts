import { parentPort } from 'node:worker_threads'
import { type Effort, type Reproduction, reproductions } from '@quorate/core/experiments'

/** Measures the published results whose names it is sent, one after the other. */
parentPort?.on('message', ({ name, effort }: { name: string; effort: Effort }) => {
  const { run } = reproductions.find((known) => known.name === name) as Reproduction
  const rows = run(effort, (done, total) =>
    parentPort?.postMessage({ kind: 'progress', done, total }),
  )
  parentPort?.postMessage({ kind: 'rows', rows })
})
