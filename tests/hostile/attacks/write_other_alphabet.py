# Right, with names in Greek and a text in Chinese.  (after right answers)
σ = "relu"; 深度 = {"层": 3}
def identity_block(X, f, filters, initializer=random_uniform):
    α, β, γ = filters
    Ψ = Activation(σ)(BatchNormalization(axis=深度["层"])(Conv2D(α, 1, kernel_initializer=initializer(seed=0))(X)))
    Ψ = Activation(σ)(BatchNormalization(axis=深度["层"])(Conv2D(β, f, padding="same", kernel_initializer=initializer(seed=0))(Ψ)))
    return Activation(σ)(Add()([BatchNormalization(axis=深度["层"])(Conv2D(γ, 1, kernel_initializer=initializer(seed=0))(Ψ)), X]))
