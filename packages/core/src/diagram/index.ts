export { diagramOfCounterexample } from './counterexample-diagram.ts'
export { diagramStyle } from './diagram-style.ts'
export { element, escaped } from './markup.ts'
export {
  type Arrow,
  type DiagramMoment,
  type Fate,
  type Lane,
  type Mark,
  type MarkKind,
  type MessageDiagram,
  momentWords,
  type Note,
} from './message-diagram.ts'
export { type DrawnPath, diagramOfPath } from './path-diagram.ts'
export { diagramOfRun, type RunDiagramOptions } from './run-diagram.ts'
export type { ShownEvents } from './shown-events.ts'
export { type SvgDiagramOptions, svgDiagram } from './svg-diagram.ts'
export { type TextDiagramOptions, textDiagram } from './text-diagram.ts'
