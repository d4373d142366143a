export { againLines } from './again/lines.js'
export { type SaidAgain, type SayAgainOptions, sayAgain } from './again/say-again.js'
export {
  type Conversation,
  type InspectedDatagram,
  type InspectedMessage,
  KEPT_EVENTS,
  type Outcome,
  type Refusal,
  type Role,
} from './conversation.js'
export { type Assigned, Conversations, type ConversationsOptions } from './conversations.js'
export { type DetailOptions, detailLines } from './detail.js'
export { DetailHeads } from './detail-head.js'
export { FilterError } from './filter/error.js'
export { Filter, type FilterKey } from './filter/filter.js'
export {
  CaptureObjects,
  type LayoutLibrary,
  type NamespaceObjects,
  type Topology,
  type TopologyEdge,
  type TopologyElsewhere,
  type TopologyLink,
  type TopologyNamespace,
  topology,
  topologyDot,
  topologyMermaid,
  topologySvg,
  topologyText,
} from './graph/index.js'
export { JsonMessages, type JsonOptions } from './json.js'
export { ConversationLines, type LinesOptions } from './lines.js'
export { bothNames, CaptureNames, linkName, type Names } from './names.js'
export { Redactor, SECRET } from './redact.js'
export { Stats, type TypeStats } from './stats.js'
export { plainText, type Style, type Styled, styled, widthOf } from './styled.js'
export { summary } from './summary/index.js'
export type { Detail, Summary } from './summary/types.js'
export { plural } from './summary/verbs.js'
export { durationText, relativeTime } from './times.js'
export { Totals } from './totals.js'
