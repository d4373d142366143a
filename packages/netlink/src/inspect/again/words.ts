import { vocabularyOf } from '../../api/values/vocabulary.js'
import type { AnyConstants } from '../../codec/index.js'

/** Returns the word of a number, as the API and iproute2 have it; the number if it has none. */
export const wordIn = <T extends number | bigint>(family: AnyConstants, value: T): string | T =>
  vocabularyOf(family).byNumber.get(value) ?? value
