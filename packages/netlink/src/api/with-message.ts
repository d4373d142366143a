/** Puts the raw message beside what was made of it, where neither printing nor a copy by spreading takes it along. */
export const withMessage = <T extends object, M>(object: T, message: M): T & { readonly message: M } =>
  Object.defineProperty(object, 'message', { value: message }) as T & { readonly message: M }
