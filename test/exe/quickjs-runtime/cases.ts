/** Cases that must give the same results on Node and on the QuickJS runtime. Results are compared as JSON. */
export type Cases = Readonly<Record<string, () => unknown>>

/** What a call gives, or all that tells its error from another. */
export function outcome(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    const { name, code, errno, syscall, path, message } = error as NodeJS.ErrnoException
    // libc and libuv word an errno differently; what stands around the words is to be the same. So
    // do arguments that cannot be.
    const around = code === 'ERR_INVALID_ARG_VALUE' ? '' : message.replace(/(?<=^E\w+: ).*(?=, )/, '…')
    return { name, code, errno, syscall, path, around }
  }
}
