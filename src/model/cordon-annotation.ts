/** On a node that osferry has cordoned: who, when, and what was before. */
export const cordonAnnotation = 'osferry.io/cordon'
