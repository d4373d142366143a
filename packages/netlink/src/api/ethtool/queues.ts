import type { Buffer } from '../../codec/buffer.js'
import {
  ETHTOOL_TCP_DATA_SPLIT,
  type EthtoolFlowAttrs,
  ethtoolFlowAttrs,
  RXH,
  RXH_XFRM,
} from '../../generic/ethtool/index.js'
import { flagsIn } from '../values/names.js'
import { hexText } from './hex.js'
import { type Members, number, reported, reportedWord, toggle, word } from './members.js'
import type { EthtoolChannels, EthtoolCoalesce, EthtoolRings, EthtoolRss } from './types.js'

export const rings: Members<EthtoolRings> = {
  rxMax: reported('rxMax'),
  rxMiniMax: reported('rxMiniMax'),
  rxJumboMax: reported('rxJumboMax'),
  txMax: reported('txMax'),
  rx: number('rx'),
  rxMini: number('rxMini'),
  rxJumbo: number('rxJumbo'),
  tx: number('tx'),
  rxBufLen: number('rxBufLen'),
  tcpDataSplit: word('tcpDataSplit', ETHTOOL_TCP_DATA_SPLIT),
  cqeSize: number('cqeSize'),
  txPush: toggle('txPush'),
  rxPush: toggle('rxPush'),
  txPushBufLen: number('txPushBufLen'),
  txPushBufLenMax: reported('txPushBufLenMax'),
  hdsThresh: number('hdsThresh'),
  hdsThreshMax: reported('hdsThreshMax'),
}

export const channels: Members<EthtoolChannels> = {
  rxMax: reported('rxMax'),
  txMax: reported('txMax'),
  otherMax: reported('otherMax'),
  combinedMax: reported('combinedMax'),
  rx: number('rxCount'),
  tx: number('txCount'),
  other: number('otherCount'),
  combined: number('combinedCount'),
}

export const coalesce: Members<EthtoolCoalesce> = {
  adaptiveRx: toggle('useAdaptiveRx'),
  adaptiveTx: toggle('useAdaptiveTx'),
  rxUsecs: number('rxUsecs'),
  rxFrames: number('rxMaxFrames'),
  rxUsecsIrq: number('rxUsecsIrq'),
  rxFramesIrq: number('rxMaxFramesIrq'),
  txUsecs: number('txUsecs'),
  txFrames: number('txMaxFrames'),
  txUsecsIrq: number('txUsecsIrq'),
  txFramesIrq: number('txMaxFramesIrq'),
  statsBlockUsecs: number('statsBlockUsecs'),
  pktRateLow: number('pktRateLow'),
  rxUsecsLow: number('rxUsecsLow'),
  rxFramesLow: number('rxMaxFramesLow'),
  txUsecsLow: number('txUsecsLow'),
  txFramesLow: number('txMaxFramesLow'),
  pktRateHigh: number('pktRateHigh'),
  rxUsecsHigh: number('rxUsecsHigh'),
  rxFramesHigh: number('rxMaxFramesHigh'),
  txUsecsHigh: number('txUsecsHigh'),
  txFramesHigh: number('txMaxFramesHigh'),
  sampleInterval: number('rateSampleInterval'),
  cqeModeRx: toggle('useCqeModeRx'),
  cqeModeTx: toggle('useCqeModeTx'),
  txAggrMaxBytes: number('txAggrMaxBytes'),
  txAggrMaxFrames: number('txAggrMaxFrames'),
  txAggrTimeUsecs: number('txAggrTimeUsecs'),
}

/** Returns the names of the functions in a set of bits. */
const functionsIn = (bits: number, names: readonly string[]) =>
  names.filter((_, index) => ((bits >>> index) & 1) === 1).join(', ')

const fieldsOf = (flows: EthtoolFlowAttrs) =>
  Object.fromEntries(
    Object.keys(ethtoolFlowAttrs.table).flatMap((key) => {
      const fields = flows[key as keyof EthtoolFlowAttrs]
      return fields === undefined ? [] : [[key, flagsIn(RXH, Number(fields))]]
    }),
  )

export const rss: Members<EthtoolRss> = {
  context: { ...reported('context', (value = 0) => value), isAlways: true },
  hashFunction: {
    ...reported('hfunc'),
    decode: (value, names) => functionsIn(value as number, names('RSS_HASH_FUNCS')),
  },
  hashKey: reported('hkey', (value) => hexText(value as Buffer)),
  indirection: reported('indir'),
  inputTransform: reportedWord('inputXfrm', RXH_XFRM),
  hashFields: reported('flowHash', (value) => fieldsOf(value as EthtoolFlowAttrs)),
}
