import { select, selectOuter } from '../../codec/index.js'
import { named } from '../../codec/named.js'
import * as filters from './filter/index.js'
import * as qdiscs from './qdisc/index.js'

const none = named<qdiscs.TcaNoOptions>(qdiscs.tcaNoOptions)
const cake = named<qdiscs.TcaCakeAttrs>(qdiscs.tcaCakeAttrs)
const htb = named<qdiscs.TcaHtbAttrs>(qdiscs.tcaHtbAttrs)
const ets = named<qdiscs.TcaEtsAttrs>(qdiscs.tcaEtsAttrs)
const cakeStats = named<qdiscs.TcaCakeStatsAttrs>(qdiscs.tcaCakeStatsAttrs)

/** TCA_OPTIONS of a qdisc, by kind. */
export const qdiscOptions = select('kind', {
  bfifo: qdiscs.tcFifoQopt,
  cake,
  cake_mq: cake,
  cbs: named<qdiscs.TcaCbsAttrs>(qdiscs.tcaCbsAttrs),
  choke: named<qdiscs.TcaChokeAttrs>(qdiscs.tcaChokeAttrs),
  clsact: none,
  codel: named<qdiscs.TcaCodelAttrs>(qdiscs.tcaCodelAttrs),
  drr: none,
  dualpi2: named<qdiscs.TcaDualpi2Attrs>(qdiscs.tcaDualpi2Attrs),
  etf: named<qdiscs.TcaEtfAttrs>(qdiscs.tcaEtfAttrs),
  ets,
  fq: named<qdiscs.TcaFqAttrs>(qdiscs.tcaFqAttrs),
  fq_codel: named<qdiscs.TcaFqCodelAttrs>(qdiscs.tcaFqCodelAttrs),
  fq_pie: named<qdiscs.TcaFqPieAttrs>(qdiscs.tcaFqPieAttrs),
  gred: named<qdiscs.TcaGredAttrs>(qdiscs.tcaGredAttrs),
  hfsc: qdiscs.tcHfscQopt,
  hhf: named<qdiscs.TcaHhfAttrs>(qdiscs.tcaHhfAttrs),
  htb,
  ingress: none,
  mq: none,
  mqprio: named<qdiscs.TcMqprioOptions>(qdiscs.tcMqprioOptions),
  multiq: qdiscs.tcMultiqQopt,
  netem: named<qdiscs.TcNetemOptions>(qdiscs.tcNetemOptions),
  noqueue: none,
  pfifo: qdiscs.tcFifoQopt,
  pfifo_fast: qdiscs.tcPrioQopt,
  pfifo_head_drop: qdiscs.tcFifoQopt,
  pie: named<qdiscs.TcaPieAttrs>(qdiscs.tcaPieAttrs),
  plug: qdiscs.tcPlugQopt,
  prio: qdiscs.tcPrioQopt,
  qfq: none,
  red: named<qdiscs.TcaRedAttrs>(qdiscs.tcaRedAttrs),
  sfb: named<qdiscs.TcaSfbAttrs>(qdiscs.tcaSfbAttrs),
  sfq: qdiscs.tcSfqQoptV1,
  skbprio: qdiscs.tcSkbprioQopt,
  taprio: named<qdiscs.TcaTaprioAttrs>(qdiscs.tcaTaprioAttrs),
  tbf: named<qdiscs.TcaTbfAttrs>(qdiscs.tcaTbfAttrs),
})

/** Payloads of TCA_XSTATS and TCA_STATS_APP of a qdisc, by kind. */
const qdiscXstatsCases = {
  choke: qdiscs.tcChokeXstats,
  codel: qdiscs.tcCodelXstats,
  dualpi2: qdiscs.tcDualpi2Xstats,
  fq: qdiscs.tcFqQdStats,
  fq_codel: qdiscs.tcFqCodelXstats,
  fq_pie: qdiscs.tcFqPieXstats,
  hhf: qdiscs.tcHhfXstats,
  netem: qdiscs.tcNetemXstats,
  pie: qdiscs.tcPieXstats,
  red: qdiscs.tcRedXstats,
  sfb: qdiscs.tcSfbXstats,
}

/** TCA_XSTATS of a qdisc, by kind: the older form of TCA_STATS_APP. */
export const qdiscXstats = select('kind', qdiscXstatsCases)

/** TCA_STATS_APP of a qdisc, by kind. */
export const qdiscStatsApp = selectOuter('kind', {
  ...qdiscXstatsCases,
  cake: cakeStats,
  cake_mq: cakeStats,
  taprio: named<qdiscs.TcaTaprioOffloadStatsAttrs>(qdiscs.tcaTaprioOffloadStatsAttrs),
})

/** TCA_OPTIONS of a class, by the kind of its qdisc. */
export const classOptions = select('kind', {
  drr: named<qdiscs.TcaDrrAttrs>(qdiscs.tcaDrrAttrs),
  ets,
  hfsc: named<qdiscs.TcaHfscAttrs>(qdiscs.tcaHfscAttrs),
  htb,
  qfq: named<qdiscs.TcaQfqAttrs>(qdiscs.tcaQfqAttrs),
})

/** Payloads of TCA_XSTATS and TCA_STATS_APP of a class, by the kind of its qdisc. */
const classXstatsCases = {
  drr: qdiscs.tcDrrStats,
  fq_codel: qdiscs.tcFqCodelClassXstats,
  hfsc: qdiscs.tcHfscStats,
  htb: qdiscs.tcHtbXstats,
  qfq: qdiscs.tcQfqStats,
  sfq: qdiscs.tcSfqXstats,
}

/** TCA_XSTATS of a class, by the kind of its qdisc: the older form of TCA_STATS_APP. */
export const classXstats = select('kind', classXstatsCases)

/** TCA_STATS_APP of a class, by the kind of its qdisc. */
export const classStatsApp = selectOuter('kind', { ...classXstatsCases, cake: cakeStats, cake_mq: cakeStats })

/** TCA_OPTIONS of a filter, and of a chain's template, by kind. */
export const filterOptions = select('kind', {
  basic: named<filters.TcaBasicAttrs>(filters.tcaBasicAttrs),
  bpf: named<filters.TcaBpfAttrs>(filters.tcaBpfAttrs),
  cgroup: named<filters.TcaCgroupAttrs>(filters.tcaCgroupAttrs),
  flow: named<filters.TcaFlowAttrs>(filters.tcaFlowAttrs),
  flower: named<filters.TcaFlowerAttrs>(filters.tcaFlowerAttrs),
  fw: named<filters.TcaFwAttrs>(filters.tcaFwAttrs),
  matchall: named<filters.TcaMatchallAttrs>(filters.tcaMatchallAttrs),
  route: named<filters.TcaRoute4Attrs>(filters.tcaRoute4Attrs),
  u32: named<filters.TcaU32Attrs>(filters.tcaU32Attrs),
})
