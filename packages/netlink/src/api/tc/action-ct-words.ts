import { TC_ACT, TCA_CT_ACT } from '../../route/index.js'
import { bitsOf } from '../values/names.js'
import { defined } from '../values/objects.js'
import { general, parmsOf } from './verdict.js'
import { computed, count, objectOf } from './words.js'

export const ct = computed(
  {
    ...general,
    /** Flags of the operation: `COMMIT`, `FORCE`, `CLEAR`, `NAT`, … */
    action: (option: string, flags: readonly (string & keyof (typeof TCA_CT_ACT)['values'])[]) =>
      bitsOf(option, TCA_CT_ACT, flags),
    zone: count,
    mark: objectOf({ value: count, mask: count }),
  },
  ({ action, zone, mark, ...rest }) =>
    defined({
      ...{ zone, mark: mark?.value, markMask: mark && (mark.mask ?? 0xffffffff), action },
      parms: parmsOf(rest, TC_ACT.PIPE),
    }),
)
