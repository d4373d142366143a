import type { TcActions } from '../../route/index.js'
import { withJsonParts } from '../values/json-parts.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { withWords } from '../values/words.js'
import { extrasOf, optionsOf } from './encode.js'
import type { Action, ActionExtras } from './types.js'

interface Members extends ActionExtras {
  readonly kind: string
  readonly options?: unknown
  readonly index?: number
}

/** The members that the options of each kind begin with. */
interface General {
  readonly parms?: { readonly index: number }
  readonly parmsEx?: { readonly index: number }
  readonly tbf?: { readonly index: number }
}

const ActionObject = constructorOf<Members, TcActions[number][1]>(function (attrs) {
  const { kind = '', options, index } = attrs
  this.kind = kind
  const { parms, parmsEx, tbf } = (options ?? {}) as General
  const own = (parms ?? parmsEx ?? tbf)?.index ?? index
  if (own !== undefined) this.index = own
  if ((attrs.cookie ?? attrs.hwStats ?? attrs.flags) !== undefined) Object.assign(this, extrasOf(attrs))
  if (options === undefined) return
  const declaration = optionsOf(kind)
  this.options = withJsonParts(declaration, withWords(declaration, options))
})

/** Converts the attributes of an action. */
export const toAction = (attrs: TcActions[number][1]): Action => withMessage(new ActionObject(attrs), attrs) as Action
