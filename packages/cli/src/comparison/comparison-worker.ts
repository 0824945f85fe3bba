import { parentPort, workerData } from 'node:worker_threads'
import { type ComparisonSettings, compared } from '@quorate/core/experiments'

/** One protocol's column, computed beside the others. */
const { name, settings } = workerData as { name: string; settings: ComparisonSettings }
const column = compared(name, settings, (part) => parentPort?.postMessage({ kind: 'part', part }))
parentPort?.postMessage({ kind: 'done', column })
