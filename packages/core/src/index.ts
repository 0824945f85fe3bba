/**
 * Quorate's core: protocols, the contract they are written against, and experiments with them in the
 * simulated world. The folders can be imported by themselves: `@quorate/core/explorer`.
 */
export * from './experiments/index.ts'
export * from './model/index.ts'
export { catalogue, protocolNamed } from './protocols/index.ts'
