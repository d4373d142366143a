export { CaptureObjects } from './capture-objects.js'
export { topologyDot } from './dot.js'
export { topologyMermaid } from './mermaid.js'
export type {
  NamespaceObjects,
  Topology,
  TopologyEdge,
  TopologyElsewhere,
  TopologyLink,
  TopologyNamespace,
} from './model.js'
export { type LayoutLibrary, topologySvg } from './svg.js'
export { topologyText } from './text.js'
export { topology } from './topology.js'
