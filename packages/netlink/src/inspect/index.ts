export { type SaidAgain, type SayAgainOptions, sayAgain } from './again/say-again.js'
export type {
  Conversation,
  InspectedDatagram,
  InspectedMessage,
  Outcome,
  Refusal,
} from './conversation.js'
export { bothNames, CaptureNames, linkName, type Names } from './names.js'
export { type Detail, type Summary, summary } from './summary/index.js'
