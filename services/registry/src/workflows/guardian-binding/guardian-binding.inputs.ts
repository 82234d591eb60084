/** `request`: the child as the guardian's papers name it. */
export interface RequestBindingInput {
  name: string;
  nationalStudentNumber: string;
  relationship: string;
}

/** `confirm`, `refuse`, `end` */
export interface DecideBindingInput {
  reason?: string | null;
}

export type BindingInput = RequestBindingInput | DecideBindingInput;
