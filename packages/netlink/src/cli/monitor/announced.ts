import { bytes, type Declaration } from '../../codec/index.js'
import { rtnetlink } from '../../route/index.js'

/** Returns the declaration of the kernel's messages with this name. That of requests may be a different one. */
export const announced = (name: string): Declaration<unknown> =>
  rtnetlink.byType(rtnetlink.byName(name).type)?.reply ?? bytes
