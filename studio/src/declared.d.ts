/** What the build provides. */
declare const WORKER_SOURCE: string;
declare module "*.csv" {
  const text: string;
  export default text;
}
declare module "*.bin" {
  const base64: string;
  export default base64;
}
declare module "*.css";
