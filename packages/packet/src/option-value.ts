import { ArgumentError, show } from '@netloom/netlink/codec'

/** An option of a decoded list, e.g. of DHCP or TCP. */
interface AnyOption {
  readonly type: string | number
  readonly value?: unknown
}

/**
 * Returns the value of the first option of a type, or undefined if the list has none.
 *
 * ```ts
 * optionValue(dhcp.options, 'leaseTime') // 3600
 * ```
 * @throws {TypeError} if `options` is not an array
 */
export function optionValue<O extends AnyOption, T extends O['type']>(
  options: readonly O[],
  type: T,
): Extract<O, { readonly type: T; readonly value: unknown }>['value'] | undefined {
  if (!Array.isArray(options)) throw new ArgumentError(`expected an array of options, got ${show(options)}`)
  return options.find((option) => option.type === type)?.value as never
}
