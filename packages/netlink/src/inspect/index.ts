export { againLines } from './again/lines.js'
export { type SaidAgain, type SayAgainOptions, sayAgain } from './again/say-again.js'
export type { Cells } from './columns.js'
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
export { type DetailOptions, detailLines, markOf } from './detail.js'
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
export { type ByteRange, hiddenRanges } from './hidden.js'
export { JsonMessages, type JsonOptions } from './json.js'
export { JsonLines } from './json-lines.js'
export { ConversationLines, type LinesOptions } from './lines.js'
export { changeBy, MomentObjects } from './moment.js'
export { type MomentTable, momentTables } from './moment-tables.js'
export { NameHistory } from './name-history.js'
export { bothNames, CaptureNames, linkName, type Names } from './names.js'
export { Redactor, SECRET } from './redact.js'
export { reasonOf } from './refusal-lines.js'
export { sharedCapture } from './shared-capture.js'
export { Stats, type TypeStats } from './stats.js'
export { strayBytes } from './stray.js'
export { plainText, type Style, type Styled, styled, widthOf } from './styled.js'
export { summary } from './summary/index.js'
export type { Detail, Summary } from './summary/types.js'
export { plural } from './summary/verbs.js'
export { timeShower } from './time-text.js'
export { durationText, relativeTime } from './times.js'
export { Totals } from './totals.js'
export { valueText } from './value-text.js'
