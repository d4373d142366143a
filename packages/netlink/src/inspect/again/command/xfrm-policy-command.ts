import { XFRM_POLICY_DIR } from '../../../constants/index.js'
import { XFRM_POLICY_ACTION, XFRM_POLICY_TYPE, XFRM_USERPOLICY } from '../../../xfrm/index.js'
import { type Bag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { type Command, device, hex, leftIn, type Options, type Word, wordsFor } from './words.js'
import * as xfrm from './xfrm-words.js'

type Numbers = Readonly<Record<string, number>>

/** Options of `ip xfrm policy`, by the attribute. */
export const policyOptions: Options = {
  mark: xfrm.markWords,
  policyType: ({ type }: Numbers) =>
    type === 0 || type === undefined ? undefined : ['ptype', String(wordIn(XFRM_POLICY_TYPE, type))],
  ifId: hex('if_id'),
}
/** The templates come last. */
export const templateOptions: Options = {
  tmpl: (templates: readonly Bag[]) => {
    const words = templates.map(xfrm.templateWords)
    return words.some((each) => each === undefined) ? undefined : (words as Word[][]).flat()
  },
}

/** Returns the members of the header of a policy apart from its selector; undefined if `ip` cannot express one. */
export function policyWords(info: Bag): Word[] | undefined {
  const { action = 0, priority = 0, flags = 0, share = 0, index = 0 } = info as Numbers
  const flag = xfrm.policyFlagWords(flags)
  if (flag === undefined || share !== 0 || action > 1) return undefined
  return [
    ...(index === 0 ? [] : ['index', String(index)]),
    ...(action === 0 ? [] : ['action', String(wordIn(XFRM_POLICY_ACTION, action))]),
    ...(priority === 0 ? [] : ['priority', String(priority)]),
    ...flag,
    ...xfrm.limitWords(info.lft),
  ]
}

const direction = (dir: unknown): Word[] => ['dir', String(wordIn(XFRM_POLICY_DIR, Number(dir)))]

/** Verbs of requests with a whole policy, and with its id. */
const whole: Readonly<Record<string, string>> = { XFRM_MSG_NEWPOLICY: 'add', XFRM_MSG_UPDPOLICY: 'update' }
const byId: Readonly<Record<string, string>> = { XFRM_MSG_DELPOLICY: 'delete', XFRM_MSG_GETPOLICY: 'get' }

/** `ip xfrm policy` */
export function xfrmPolicyCommand(request: SaidRequest): Command | undefined {
  const { type, value } = request
  const attrs = new Members(request.attrs)
  const start = ['ip', 'xfrm', 'policy']
  if (type === 'XFRM_MSG_FLUSHPOLICY')
    return { words: [...start, 'flush', ...wordsFor(attrs, policyOptions, request)], lost: leftIn(attrs) }
  if (type === 'XFRM_MSG_SETDEFAULT') return defaults(value)
  const [add, read] = [whole, byId].map((verbs) => (Object.hasOwn(verbs, type) ? verbs[type] : undefined))
  const verb = add ?? read
  const selector = xfrm.selectorWords(value.sel, (index) => device(request, index))
  if (verb === undefined || selector === undefined || request.isDump) return undefined
  if (read !== undefined) {
    const { index = 0 } = value as Numbers
    const id = index === 0 ? selector : ['index', String(index)]
    return {
      words: [...start, read, ...id, ...direction(value.dir), ...wordsFor(attrs, policyOptions, request)],
      lost: leftIn(attrs),
    }
  }
  const words = policyWords(value)
  if (words === undefined || !xfrm.isNew(value)) return undefined
  return {
    words: [
      ...[...start, verb, ...selector, ...direction(value.dir), ...words],
      ...wordsFor(attrs, policyOptions, request),
      ...wordsFor(attrs, templateOptions, request),
    ],
    lost: leftIn(attrs),
  }
}

/** `ip xfrm policy setdefault in block`. 0 leaves a direction as it is. */
function defaults(value: Bag): Command | undefined {
  const words = (['in', 'fwd', 'out'] as const).flatMap((dir) => {
    const action = value[dir] as number
    return action === 0 ? [] : [dir, String(wordIn(XFRM_USERPOLICY, action))]
  })
  return words.length === 0 ? undefined : { words: ['ip', 'xfrm', 'policy', 'setdefault', ...words], lost: [] }
}
