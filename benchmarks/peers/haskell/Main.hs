{-# LANGUAGE OverloadedStrings #-}

-- | Haskell's Warp, the model. Usage: haskell-warp PORT FILES [CERT KEY]
module Main (main) where

import Control.Monad (replicateM_)
import qualified Data.ByteString as B
import Data.ByteString.Builder (byteString)
import qualified Data.ByteString.Char8 as C
import qualified Data.ByteString.Lazy as L
import Network.HTTP.Types
import Network.Wai
import Network.Wai.Handler.Warp
import Network.Wai.Handler.WarpTLS
import System.Environment (getArgs)

block :: B.ByteString
block = B.replicate 4096 120
{-# NOINLINE block #-}

app :: FilePath -> Application
app files request respond = case pathInfo request of
    [] ->
        respond $
            responseBuilder
                status200
                [("Content-Type", "text/plain"), ("Content-Length", "13")]
                (byteString "Hello, World!")
    ["index.html"] -> file "index.html" "text/html"
    ["1m.bin"] -> file "1m.bin" "application/octet-stream"
    ["100m.bin"] -> file "100m.bin" "application/octet-stream"
    ["stream"] -> blocks (\write _ -> write (byteString block))
    ["flush"] -> blocks (\write flush -> write (byteString block) >> flush)
    ["echo"] -> do
        body <- strictRequestBody request
        let size = C.pack (show (L.length body))
        respond $
            responseLBS status200 [("Content-Type", "application/octet-stream"), ("Content-Length", size)] body
    _ -> respond $ responseLBS status404 [] ""
  where
    file name kind = respond $ responseFile status200 [("Content-Type", kind)] (files ++ "/" ++ name) Nothing
    blocks one =
        respond $
            responseStream status200 [("Content-Type", "text/plain")] $ \write flush ->
                replicateM_ 256 (one write flush)

main :: IO ()
main = do
    arguments <- getArgs
    case arguments of
        [port, files] -> runSettings (settings port) (app files)
        [port, files, certificate, key] -> runTLS (tlsSettings certificate key) (settings port) (app files)
        _ -> fail "usage: haskell-warp PORT FILES [CERT KEY]"
  where
    settings port =
        setPort (read port) $
            setHost "*" $
                setFileInfoCacheDuration 10 $
                    setFdCacheDuration 10 defaultSettings
