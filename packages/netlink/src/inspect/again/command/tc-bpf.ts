import { handleText, TCA_BPF_FLAG } from '../../../route/index.js'
import type { Members } from '../members.js'
import { type ActionWords, indexWords } from './tc-action.js'
import { type Filter, offloadWords } from './tc-flower.js'
import type { Word } from './words.js'

type Instruction = Readonly<Record<'code' | 'jt' | 'jf' | 'k', number>>

/** Returns a classic program as tc reads it. An eBPF program is a file descriptor of the sender, which no command can contain. */
function programWords(options: Members): Word[] | undefined {
  const [length, program] = [options.number('opsLen'), options.take('ops') as readonly Instruction[] | undefined]
  if (program === undefined || program.length === 0 || length !== program.length) return undefined
  const instructions = program.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`)
  return ['bytecode', [length, ...instructions].join(',')]
}

/** `struct tc_act_bpf` */
export const bpfAction: ActionWords = (parms, options, verdict) => {
  const program = programWords(options)
  return verdict && program && [...program, ...verdict, ...indexWords(parms)]
}

/** TCA_BPF_* */
export const bpfFilter: Filter = (options) => {
  const program = programWords(options)
  const [flags, classid] = [options.number('flags'), options.number('classid')]
  const offload = offloadWords(options.number('flagsGen') ?? 0)
  if (program === undefined || offload === undefined || (flags !== undefined && flags !== TCA_BPF_FLAG.ACT_DIRECT))
    return undefined
  return [
    ...program,
    ...(classid === undefined ? [] : ['classid', handleText(classid)]),
    ...(flags === undefined ? [] : ['direct-action']),
    ...offload,
  ]
}
