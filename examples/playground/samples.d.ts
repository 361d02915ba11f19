/** The bundler gives XML files as their text. */
declare module '*.xml' {
  const text: string;
  export default text;
}
